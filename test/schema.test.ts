import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sdlOf } from '../src/graphql/sdl.js'
import { RESOLVERS } from '../src/server.js'
import { catalogueText, readCatalogue, shapeOf } from './support/catalogue.js'
import { ENGINES } from './support/engines.js'
import { install, type TestInstallation } from './support/server.js'

const fileOf = (name: string): string => fileURLToPath(new URL(`../schema/${name}`, import.meta.url))
const catalogueOf = (engine: string): string => fileOf(`catalogue.${engine}.txt`)

test('schema.graphql is what the server serves: npm run schema', async () => {
  expect(await sdlOf([...RESOLVERS])).toBe(await readFile(fileOf('schema.graphql'), 'utf8'))
})

describe.each(ENGINES)('the catalogue on $name', engine => {
  let installation: TestInstallation
  beforeAll(async () => {
    installation = await install(engine)
  })
  afterAll(() => installation.close())

  test('is the one that is committed: npm run catalogue', async () => {
    const text = catalogueText(await readCatalogue(installation.database))
    await expect(text).toMatchFileSnapshot(catalogueOf(engine.name))
  })

  test('has the relations and columns of the other engine', async () => {
    const here = shapeOf(await readCatalogue(installation.database))
    for (const other of ['postgresql', 'timescaledb'])
      expect(here).toEqual(shapeIn(await readFile(catalogueOf(other), 'utf8')))
  })
})

/** The same from a committed catalogue. */
function shapeIn(text: string): Record<string, string[]> {
  return Object.fromEntries(
    text
      .trim()
      .split('\n\n')
      .map(block => {
        const [head, ...lines] = block.split('\n').map(line => line.trim())
        const columns = lines.filter(line => /^[a-z]/.test(line)).map(line => line.replace(/ NOT NULL$/, ''))
        return [head!.split(' ')[1]!, columns]
      }),
  )
}
