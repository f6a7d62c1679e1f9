import { checkLength } from '../run.js'
import { isObject, shownValue, toNumber, toText } from '../values/coerce.js'
import { fault, type Method } from '../values/special.js'
import { ANY_METHODS, tagOf } from './any.js'
import { ARRAY_METHODS } from './array.js'
import { NUMBER_METHODS } from './number.js'
import { arrayLike } from './object-statics.js'
import { STRING_METHODS } from './string.js'

/** Array.prototype.slice and the like: methods that are called on what is not of their kind. */
export function borrowed(type: string, name: string): Method | undefined {
  switch (type) {
    case 'Array':
      return on(ARRAY_METHODS.get(name), listFrom)
    case 'String':
      return on(STRING_METHODS.get(name), text)
    case 'Number':
      return on(NUMBER_METHODS.get(name), toNumber)
    case 'Object':
      return on(name === 'toString' ? tagOf : ANY_METHODS.get(name), name === 'toString' ? same : present)
    default:
      return undefined
  }
}

const same = (self: unknown): unknown => self

function on(method: Method | undefined, conversion: (self: unknown) => unknown): Method | undefined {
  return method === undefined ? undefined : (self, args) => method(conversion(self), args)
}

function present(self: unknown): unknown {
  return self === null || self === undefined ? fault('TypeError', `this can't be asked of ${self}`) : self
}

function text(self: unknown): string {
  return toText(present(self))
}

/** Text counts as the list of its characters. */
function listFrom(self: unknown): unknown {
  if (Array.isArray(self)) return self
  if (typeof self !== 'string' && !isObject(self)) return fault('TypeError', `${shownValue(self)} is not a list`)
  if (typeof self === 'string') checkLength(self.length)
  return arrayLike(self)
}
