import { describe, expect, test } from 'vitest'
import { allOf, Written } from '../../src/pipeline/all-of.js'

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

describe('what a transaction writes', () => {
  test('is on its way by the next turn, or it is not, and then nothing may be committed', async () => {
    const written = new Written()
    const answered = written.add(new Promise<string>(resolve => setTimeout(resolve, 20, 'answered')))
    await written.areSent()
    written.add(
      (async () => {
        await Promise.all([Promise.resolve()])
        throw new RangeError('Invalid string length')
      })(),
    )
    await expect(written.areSent()).rejects.toThrow('Invalid string length')
    await expect(written.all()).rejects.toThrow('Invalid string length')
    expect(await answered).toBe('answered')
  })

  test('has been answered when all of it has', async () => {
    const written = new Written()
    const answers: number[] = []
    for (const ms of [15, 5]) {
      written.add(
        new Promise<void>(resolve => {
          setTimeout(() => {
            answers.push(ms)
            resolve()
          }, ms)
        }),
      )
    }
    await written.all()
    expect(answers).toEqual([5, 15])
  })
})
