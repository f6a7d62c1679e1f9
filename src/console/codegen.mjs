import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { codegen } from '@graphql-codegen/core'
import { preset } from '@graphql-codegen/near-operation-file-preset'
import * as typedDocumentNode from '@graphql-codegen/typed-document-node'
import * as typescript from '@graphql-codegen/typescript'
import * as typescriptOperations from '@graphql-codegen/typescript-operations'
import { buildSchema, parse } from 'graphql'

/**
 * `npm run codegen`: types of the API beside each .graphql file of the console, from schema/schema.graphql. They are not
 * committed: they are made whenever the console is built or checked.
 */
const CONSOLE = 'src/console'
const SCHEMA = 'schema/schema.graphql'
const CONFIG = {
  onlyOperationTypes: true,
  enumsAsTypes: true,
  skipTypename: true,
  useTypeImports: true,
  documentMode: 'string',
  scalars: { DateTime: 'string', Decimal: 'string', Duration: 'string', SafeInt: 'number', JSON: 'unknown' },
}

const schemaAst = buildSchema(readFileSync(SCHEMA, 'utf8'))
const schema = parse(readFileSync(SCHEMA, 'utf8'))
const documents = readdirSync(CONSOLE, { recursive: true, encoding: 'utf8' })
  .filter(file => file.endsWith('.graphql'))
  .map(file => join(CONSOLE, file))
  .map(location => ({ location, document: parse(readFileSync(location, 'utf8')) }))

const types = {
  filename: `${CONSOLE}/api/schema.generated.ts`,
  schema,
  schemaAst,
  documents,
  config: CONFIG,
  plugins: [{ typescript: {} }],
  pluginMap: { typescript },
}
const operations = await preset.buildGeneratesSection({
  baseOutputDir: CONSOLE,
  presetConfig: { extension: '.generated.ts', baseTypesPath: 'api/schema.generated.ts' },
  schema,
  schemaAst,
  documents,
  config: CONFIG,
  plugins: [{ 'typescript-operations': {} }, { 'typed-document-node': {} }],
  pluginMap: { 'typescript-operations': typescriptOperations, 'typed-document-node': typedDocumentNode },
})
for (const part of [types, ...operations]) writeFileSync(part.filename, await codegen(part))
