import { embeddedAddresses, isMapped, parseIpAddress, type IpAddress } from './ip-address.ts';

/**
 * Where the requests of scripts may go. `capture`: nowhere, they are recorded and answered with 200; `local`: this
 * computer and the local network; `all`: anywhere but cloud metadata services.
 */
export type NetAccess = 'capture' | 'local' | 'all';

/** Services that hand out credentials to whoever asks from within a cloud machine. Never reached, in any mode. */
const metadataAddresses: ReadonlySet<string> = new Set(
  [
    '169.254.169.254', // most clouds
    '169.254.170.2', // container credentials
    '169.254.170.23', // pod identity
    '100.100.100.200',
    '192.0.0.192',
    '168.63.129.16',
    'fd00:ec2::254',
    'fd00:ec2::23',
    'fd20:ce::254',
  ].map((address) => keyOf(parseIpAddress(address))),
);

function keyOf(address: IpAddress | undefined): string {
  if (!address) return '';
  return address.version === 4 ? String(address.value) : address.groups.join(':');
}

/** IPv4 networks of the local machine and network: first address and bits of the prefix. */
const localNetworks = (
  [
    ['0.0.0.0', 32], // Linux connects it to itself
    ['127.0.0.0', 8],
    ['10.0.0.0', 8], // RFC 1918
    ['172.16.0.0', 12],
    ['192.168.0.0', 16],
    ['169.254.0.0', 16], // RFC 3927
    ['100.64.0.0', 10], // RFC 6598
  ] as const
).map(([first, bits]) => {
  const parsed = parseIpAddress(first);
  return { first: parsed?.version === 4 ? parsed.value : 0, size: 2 ** (32 - bits) };
});

/**
 * Why a script may not connect to an address, in words; undefined when it may.
 *
 * To be asked with the address that the connection then goes to, not with a name: a name can lead elsewhere the
 * next time it is looked up.
 *
 * @param address an IP address in any spelling; anything else is refused
 */
export function addressRefusal(address: string, access: NetAccess): string | undefined {
  const parsed = parseIpAddress(address);
  if (!parsed) return `${address} is not an IP address`;
  if (isMetadata(parsed)) return `${address} is a cloud metadata address, which scripts never reach`;
  if (access === 'all') return undefined;
  if (access === 'capture') return 'scripts may not use the network: requests are only recorded';
  if (isLocal(parsed)) return undefined;
  return `${address} is outside this computer and the local network, where scripts may not connect to`;
}

function isMetadata(address: IpAddress): boolean {
  if (metadataAddresses.has(keyOf(address))) return true;
  return (
    address.version === 6 && embeddedAddresses(address.groups).some((v4) => metadataAddresses.has(`${v4}`))
  );
}

function isLocal(address: IpAddress): boolean {
  if (address.version === 4) return isLocalV4(address.value);
  const { groups } = address;
  const [first = 0, , , , , , high = 0, low = 0] = groups;
  if (isMapped(groups)) return isLocalV4(high * 65536 + low);
  if (groups.slice(0, 7).every((group) => group === 0)) return low <= 1;
  const isLinkOrSiteLocal = (first & 0xff80) === 0xfe80;
  return isLinkOrSiteLocal || (first & 0xfe00) === 0xfc00;
}

function isLocalV4(value: number): boolean {
  return localNetworks.some(({ first, size }) => value >= first && value < first + size);
}
