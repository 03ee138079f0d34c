/** Line icons on a 16-pixel grid, drawn in the colour of the text around them. */
const shapes = {
  bell: ['M4 11.5V7a4 4 0 0 1 8 0v4.5l1.3 1.5H2.7z', 'M6.7 15h2.6'],
  timeline: ['M2.5 4h2M2.5 8h2M2.5 12h2', 'M7 4h6.5M7 8h6.5M7 12h4'],
  mail: ['M2 3.8h12v8.4H2z', 'm2.2 4.4 5.8 4.4 5.8-4.4'],
  mailPlus: ['M14 8.2V3.8H2v8.4h6.4', 'm2.2 4.4 5.8 4.4 5.8-4.4', 'M12.4 10.4v4M10.4 12.4h4'],
  mailOpen: ['M2 6.6 8 2.4l6 4.2v6.9H2z', 'm2.3 7 5.7 3.8L13.7 7'],
  flag: ['M3.6 14.2V2.4', 'M3.6 3.2c3-1.7 5 1.5 8.8 0v5.8c-3.8 1.5-5.800-1.700-8.800 0'],
  trash: ['M2.8 4.2h10.4', 'M6 4V2.5h4V4', 'm4.200 4.400.7 9.100h6.200l.7-9.100', 'M6.700 7v4M9.300 7v4'],
  gone: ['M2 3.800h12v8.400H2z', 'm5.800 5.900 4.400 4.200M10.200 5.900l-4.400 4.200'],
  folder: ['M2 12.600V3.400h4.200l1.500 1.900H14v7.300z'],
  phantom: [
    'M8 2.500a5.500 5.500 0 0 1 5.500 5.500M12.700 10.800A5.500 5.500 0 0 1 8 13.500M5.200 12.700A5.500 5.500 0 0 1 2.500 8M3.300 5.200A5.500 5.500 0 0 1 5.200 3.300',
  ],
  rejected: ['M8 2.300a5.700 5.700 0 1 1 0 11.400A5.700 5.700 0 0 1 8 2.300z', 'm4 4 8 8'],
  dot: ['M8 6.500a1.500 1.500 0 1 1 0 3 1.500 1.500 0 0 1 0-3z'],
  check: ['m3.200 8.500 3.100 3.100 6.500-7'],
  skip: ['M4 8h8'],
  cross: ['m4 4 8 8M12 4l-8 8'],
  clock: ['M8 2.300a5.700 5.700 0 1 1 0 11.400A5.700 5.700 0 0 1 8 2.300z', 'M8 5v3.200l2.200 1.300'],
  pause: ['M5.800 3.500v9M10.200 3.500v9'],
  follow: ['M8 13V4', 'm4.300 7.400 3.700-3.700 3.700 3.700'],
  send: ['m2.500 8 11-5.300-3.300 11-2.700-4.400z', 'm7.500 9.300 6-6.600'],
  copy: ['M5.500 5.500h8v8h-8z', 'M10.500 5.300V2.500h-8v8h2.800'],
  warning: ['M8 2.300 14.500 13.500h-13z', 'M8 6.500v3.300M8 11.600v.2'],
  retry: ['M13 8a5 5 0 1 1-1.500-3.600L13 5.900', 'M13 2.600v3.300H9.700'],
  empty: [
    'M2 9.500 4 3.500h8l2 6v3.500H2z',
    'M2 9.500h3.600c0 1.200 1 2.100 2.400 2.100s2.400-.9 2.400-2.100H14',
  ],
} as const;

export type IconName = keyof typeof shapes;

/** An icon beside its word; screen readers pass over it. */
export function Icon({ name, size = 16 }: { readonly name: IconName; readonly size?: number }) {
  return (
    <svg className="icon" width={size} height={size} viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      {shapes[name].map((path) => (
        <path key={path} d={path} />
      ))}
    </svg>
  );
}
