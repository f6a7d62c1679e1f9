import { expect, test } from 'vitest'
import { allOf } from '../../src/pipeline/all-of.js'

test('what fails first is told, once everything has ended', async () => {
  const ended: string[] = []
  const failing = async (name: string, turns: number) => {
    for (let i = 0; i < turns; i++) await Promise.resolve()
    ended.push(name)
    throw new Error(name)
  }
  await expect(allOf([failing('transaction is aborted', 40), failing('deadlock', 2), 'a value'])).rejects.toThrow(
    'deadlock',
  )
  expect(ended).toEqual(['deadlock', 'transaction is aborted'])
  expect(await allOf([Promise.resolve(1), null, 'b'])).toEqual([1, null, 'b'])
})
