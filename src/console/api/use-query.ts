import { type Document, request } from './request'
import { type Answer, type AnswerOptions, useAnswer } from './use-answer'

export type QueryState<Data> = Answer<Data>

/** Asks when the variables change, again when told to, and until a server that is away is back. */
export const useQuery = <Data, Variables>(
  document: Document<Data, Variables>,
  variables: Variables,
  options?: AnswerOptions,
): QueryState<Data> =>
  useAnswer(signal => request(document, variables, signal), `${document} ${JSON.stringify(variables)}`, options)
