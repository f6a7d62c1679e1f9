/** Of one filter, checked when it is saved. */
export const SOURCE_CHARACTERS_MAX = 20_000
export const SOURCE_NODES_MAX = 5_000
export const SOURCE_DEPTH_MAX = 100
export const REGEXES_MAX = 20

/** Of one evaluation. */
export const STEPS_MAX = 10_000
export const CALL_DEPTH_MAX = 100
/** Of the syntax trees of all calls under way: what bounds the native stack, together with the depth of calls. */
export const NESTING_MAX = 1_500
export const STRING_CHARACTERS_MAX = 100_000
export const ARRAY_ELEMENTS_MAX = 10_000
export const OBJECT_KEYS_MAX = 1_000
/** Of a member name that an event is asked for. */
export const EVENT_KEY_CHARACTERS_MAX = 200
/** Of combining marks in a row, where text is normalized or collated: both sort them, in the square of their number. */
export const MARKS_IN_A_ROW_MAX = 64
/** Of data that a built-in walks: JSON, nested arrays. */
export const DATA_DEPTH_MAX = 100

export const MESSAGE_CHARACTERS_MAX = 300
export const PATTERN_CHARACTERS_MAX = 1_000
/** Of a regular expression with its repetitions written out. */
export const PATTERN_SIZE_MAX = 3_000

/** What a step buys: half a microsecond. As a power of two, characters of a string. */
export const STRING_STEP_SHIFT = 6
/** Pairs of a text's and a sought text's characters. */
export const SEARCH_STEP_SHIFT = 10
/** Nodes of a loop's or function's body that are worth one more step each time it runs. */
export const NODES_PER_STEP = 64
