import { ANY_METHODS } from '../builtins/any.js'
import { ARRAY_METHODS } from '../builtins/array.js'
import { FUNCTION_METHODS } from '../builtins/function.js'
import { BOOLEAN_METHODS, NUMBER_METHODS } from '../builtins/number.js'
import { OBJECT_METHODS } from '../builtins/object.js'
import { STRING_METHODS } from '../builtins/string.js'
import { isObject } from './coerce.js'
import { ownValue } from './member.js'
import { Callable, type Method, Special } from './special.js'

/** Finds what a method call runs; undefined where there is no such method. */
export type MethodFinder = (target: unknown) => Method | undefined

/** Those of names that filters call often: shared, like all that many filters touch. */
const KNOWN = new Map<string, MethodFinder>()
const KNOWN_MAX = 256
const KNOWN_CHARACTERS_MAX = 64

/** For a name that is known beforehand: the tables are looked at once. */
export function methodFinder(name: string): MethodFinder {
  const find = KNOWN.get(name) ?? newFinder(name)
  if (KNOWN.size < KNOWN_MAX && name.length <= KNOWN_CHARACTERS_MAX) KNOWN.set(name, find)
  return find
}

function newFinder(name: string): MethodFinder {
  const ofAny = ANY_METHODS.get(name)
  const ofString = STRING_METHODS.get(name) ?? ofAny
  const ofArray = ARRAY_METHODS.get(name) ?? ofAny
  const ofObject = OBJECT_METHODS.get(name) ?? ofAny
  const ofNumber = NUMBER_METHODS.get(name) ?? ofAny
  const ofBoolean = BOOLEAN_METHODS.get(name) ?? ofAny
  const ofFunction = FUNCTION_METHODS.get(name) ?? ofAny
  return target => {
    if (typeof target === 'string') return ofString
    if (isObject(target)) {
      if (target instanceof Callable) return ofFunction
      if (target instanceof Special) return target.method(name) ?? ofAny
      const own = ownValue(target, name)
      if (own instanceof Callable) return (_, args) => own.call(args)
      return Array.isArray(target) ? ofArray : ofObject
    }
    return typeof target === 'number' ? ofNumber : typeof target === 'boolean' ? ofBoolean : undefined
  }
}
