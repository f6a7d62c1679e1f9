import { made } from '../run.js'
import { fault } from '../values/special.js'
import { integerAt, methodTable } from './method-table.js'

function digits(args: readonly unknown[], least: number, most: number): number {
  const count = integerAt(args, 0, least)
  return count >= least && count <= most ? count : fault('RangeError', `must be between ${least} and ${most}`)
}

export const NUMBER_METHODS = methodTable<number>({
  equals: (self, args) => self === args[0],
  toExponential: (self, args) =>
    args[0] === undefined ? self.toExponential() : self.toExponential(digits(args, 0, 100)),
  toFixed: (self, args) => self.toFixed(digits(args, 0, 100)),
  toPrecision: (self, args) => (args[0] === undefined ? String(self) : self.toPrecision(digits(args, 1, 100))),
  toString: (self: number, args: readonly unknown[]) =>
    made(args[0] === undefined ? String(self) : self.toString(digits(args, 2, 36))),
  valueOf: (self: number) => self,
})

export const BOOLEAN_METHODS = methodTable<boolean>({
  equals: (self, args) => self === args[0],
  toString: (self: boolean) => String(self),
  valueOf: (self: boolean) => self,
})
