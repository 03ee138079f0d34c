import type { Rule } from '../script.ts';
import { argumentRules } from './arguments.ts';
import { beginTxnRules } from './begin-txn.ts';
import { globalRules } from './globals.ts';
import { handlerRules } from './handlers.ts';
import { httpRules } from './http-client.ts';
import { memberRules } from './members.ts';
import { nilRules } from './nil-values.ts';
import { numberRules } from './numbers.ts';
import { scriptInitRules } from './script-init.ts';
import { serverRules } from './server-safety.ts';

/** Everything that is looked for. */
export const rules: readonly Rule[] = [
  ...handlerRules,
  ...scriptInitRules,
  ...memberRules,
  ...argumentRules,
  ...numberRules,
  ...nilRules,
  ...beginTxnRules,
  ...httpRules,
  ...serverRules,
  ...globalRules,
];
