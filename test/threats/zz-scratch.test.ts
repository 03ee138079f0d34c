import { it } from 'vitest';
import { driversForUser, parsePushConfig, userVariables, expandVariables } from '../../main/config/push-config.ts';
import { cpuTime } from '../message/cpu-time.ts';
const alice = userVariables({ user: 'alice@example.com', service: 'lmtp', home: '/home/alice' });
it('x', () => {
  for (const n of [50000, 100000, 200000]) {
    const text = `plugin {\npush_notification_driver = ox:url=http://h/${'%u'.repeat(n)}\n}`;
    const v = `http://h/${'%u'.repeat(n)}`;
    console.log(n, 'expand', cpuTime(() => expandVariables(v, alice, '2.3')));
    const c23 = parsePushConfig(text, { dialect: '2.3' });
    console.log(n, 'parse23', cpuTime(() => parsePushConfig(text, { dialect: '2.3' })), c23.diagnostics.length);
    console.log(n, 'parse24', cpuTime(() => parsePushConfig(text, { dialect: '2.4' })));
    console.log(n, 'user23', cpuTime(() => driversForUser(c23, alice)));
  }
});
