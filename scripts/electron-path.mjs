import './node-version.mjs';
import { electronRuntimeDir } from './electron-runtime.mjs';
import { runMain } from './progress.mjs';

await runMain(async () => {
  console.log(electronRuntimeDir());
});
