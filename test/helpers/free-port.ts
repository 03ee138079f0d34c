export { freePort, isListening } from '../../scripts/ports.mjs';
