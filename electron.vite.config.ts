import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';

// One build for two runtimes: the official Electron and the older one that a package registry carries
// (scripts/electron-runtime.mjs). Its Node is 20.18 and its Chromium 130.
const nodeTarget = 'node20.18';
const chromeTarget = 'chrome130';

export default defineConfig({
  main: {
    build: {
      target: nodeTarget,
      outDir: 'out/main',
      externalizeDeps: true,
      rollupOptions: {
        input: {
          main: 'main/app/main.ts',
          cli: 'main/cli/index.ts',
          conformance: 'main/conformance/index.ts',
          'timeline-worker': 'main/timeline/timeline-worker.ts',
          'toast-worker': 'main/toast/toast-worker.ts',
          'lua-worker': 'drivers/lua/worker.ts',
          measured: 'test/bench/measured.ts',
        },
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: {
      target: nodeTarget,
      outDir: 'out/preload',
      rollupOptions: {
        input: { preload: 'main/app/preload.ts' },
        // The sandbox loads CommonJS only.
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: 'renderer',
    plugins: [react()],
    build: {
      target: chromeTarget,
      outDir: 'out/renderer',
      // Fonts stay files: the content security policy allows no data: font.
      assetsInlineLimit: 0,
      minify: true,
      modulePreload: { polyfill: false },
      rollupOptions: { input: 'renderer/index.html' },
    },
  },
});
