import { mkdir, writeFile } from 'node:fs/promises'
import { sdlOf } from './graphql/sdl.js'
import { RESOLVERS } from './server.js'

/** `npm run schema`: writes the public API to schema/schema.graphql. Needs no database. */
await mkdir('schema', { recursive: true })
await writeFile('schema/schema.graphql', await sdlOf([...RESOLVERS]))
