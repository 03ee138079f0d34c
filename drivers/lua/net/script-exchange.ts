export interface ScriptExchange {
  readonly url: string;
}
