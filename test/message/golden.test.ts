import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { derivedFields, expectedFields, loadFixtureVectors, loadRecordedVectors } from './recordings.ts';

const golden = path.resolve('../shared/golden');

const sets = [
  {
    name: 'fixtures of Dovecot 2.3.19',
    dialect: '2.3',
    vectors: loadFixtureVectors('test/fixtures/message'),
  },
  {
    name: 'recordings of Dovecot 2.3.19',
    dialect: '2.3',
    vectors: loadRecordedVectors(`${golden}/dovecot-2.3.19`),
  },
  {
    name: 'recordings of Dovecot 2.4.1',
    dialect: '2.4',
    vectors: loadRecordedVectors(`${golden}/dovecot-2.4.1`),
  },
] as const;

for (const { name, dialect, vectors } of sets) {
  describe.skipIf(vectors.length === 0)(`parseMessage on ${name}`, () => {
    it.each(vectors)('derives what was reported in $name', (vector) => {
      expect(derivedFields(vector, dialect)).toEqual(expectedFields(vector));
    });
  });
}
