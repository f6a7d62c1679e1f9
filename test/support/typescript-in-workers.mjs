import { register } from 'node:module'
import { isMainThread } from 'node:worker_threads'

// Vitest translates what its own processes import. Worker threads of the server under test are node's alone.
if (!isMainThread) register('./typescript-hooks.mjs', import.meta.url)
