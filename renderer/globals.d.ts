import type { DovebellApi } from '#contract/ipc';

declare global {
  interface Window {
    /** Put there by the preload script; absent when the page is opened outside of Dovebell. */
    readonly dovebell?: DovebellApi;
  }
}
