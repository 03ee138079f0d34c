export declare const CHECKOUT: string;
export declare const CANNOT_START: number;
export declare const requireFromCheckout: NodeJS.Require;
export declare function inCheckout(...parts: string[]): string;
export declare function packageCommand(packageName: string, command?: string): string;
