import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseIpAddress } from '../../../../drivers/lua/net/ip-address.ts';
import { addressRefusal } from '../../../../drivers/lua/net/net-access.ts';

describe('addressRefusal', () => {
  it.each([
    '127.0.0.1',
    '127.255.0.9',
    '10.1.2.3',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '169.254.7.7',
    '100.64.0.1',
    '100.127.255.255',
    '0.0.0.0',
    '::1',
    '::',
    'fe80::1%eth0',
    'fd12:3456::1',
    'fc00::1',
    '::ffff:192.168.1.1',
    '[::1]',
  ])('allows %s where scripts may use the local network', (address) => {
    expect(addressRefusal(address, 'local')).toBeUndefined();
  });

  it.each([
    '8.8.8.8',
    '172.32.0.1',
    '172.15.255.255',
    '192.169.0.1',
    '100.128.0.1',
    '11.0.0.1',
    '2001:db8::1',
    'ff02::1',
    '::ffff:8.8.8.8',
    '2002:0a00:0001::1',
    '64:ff9b::10.0.0.1',
    '::127.0.0.1',
  ])('refuses %s where scripts may use the local network', (address) => {
    expect(addressRefusal(address, 'local')).toContain('outside this computer and the local network');
    expect(addressRefusal(address, 'all')).toBeUndefined();
  });

  it.each([
    '169.254.169.254',
    '169.254.170.2',
    '100.100.100.200',
    'fd00:ec2::254',
    '[fd00:ec2::254]',
    'fd00:0ec2:0:0:0:0:0:254',
    'fd00:ec2::254%2',
    '2852039166',
    '0xa9fea9fe',
    '0251.0376.0251.0376',
    '0xa9.0xfe.0xa9.0xfe',
    '169.254.43518',
    '169.16689662',
    '169.254.169.254.',
    '::ffff:169.254.169.254',
    '::ffff:a9fe:a9fe',
    '::169.254.169.254',
    '::ffff:0:169.254.169.254',
    '2002:a9fe:a9fe::1',
    '64:ff9b::169.254.169.254',
    '64:ff9b:1:a9fe:a9:fe00::',
    '2001:0:1:2:3:4:5601:5601',
    'fe80::5efe:169.254.169.254',
  ])('refuses the metadata address %s in every mode', (address) => {
    for (const access of ['capture', 'local', 'all'] as const) {
      expect(addressRefusal(address, access)).toContain('metadata');
    }
  });

  it.each([
    'example.com',
    '',
    '1.2.3.4.5',
    '256.1.1.1',
    '1.2.3.256',
    '4294967296',
    ':::',
    '1::2::3',
    '::g',
    '09',
  ])('refuses "%s", which is no address', (address) => {
    expect(addressRefusal(address, 'all')).toContain('is not an IP address');
  });

  it('refuses everything where requests are only recorded', () => {
    expect(addressRefusal('127.0.0.1', 'capture')).toContain('only recorded');
  });
});

describe('parseIpAddress', () => {
  it('reads the same number from every spelling', () => {
    fc.assert(
      fc.property(fc.nat({ max: 0xffffffff }), (value) => {
        const bytes = [24, 16, 8, 0].map((shift) => (value >>> shift) & 255);
        const spellings = [
          bytes.join('.'),
          String(value),
          `0x${value.toString(16)}`,
          `0${value.toString(8)}`,
          bytes.map((byte) => `0x${byte.toString(16)}`).join('.'),
        ];
        for (const spelling of spellings) expect(parseIpAddress(spelling)).toEqual({ version: 4, value });
      }),
    );
  });
});
