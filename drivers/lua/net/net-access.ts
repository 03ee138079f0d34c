export type NetAccess = 'capture' | 'local' | 'all';
