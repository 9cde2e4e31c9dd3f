import { StateError } from './asl-errors.ts';

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** What paths read: `$` is the input of the state, `$$` the context object. */
export interface Scope {
  readonly input: Json;
  readonly context: { readonly [key: string]: Json };
}

/** The value at a reference path (`$.a.b`, `$$.a.b`). @param optional undefined instead of an error where there is none */
export function read(path: string, scope: Scope, optional: true): Json | undefined;
export function read(path: string, scope: Scope): Json;
export function read(path: string, { input, context }: Scope, optional = false): Json | undefined {
  const found = /^(\$\$?)((?:\.\w+)*)$/.exec(path);
  if (!found) throw new Error(`a path that this interpreter does not know: ${path}`);
  let value: Json | undefined = found[1] === '$$' ? (context as Json) : input;
  for (const key of found[2]!.split('.').slice(1)) {
    value = typeof value === 'object' && value !== null && !Array.isArray(value) ? value[key] : undefined;
  }
  if (value === undefined && !optional)
    throw new StateError('States.ParameterPathFailure', `there is nothing at ${path} in ${JSON.stringify(input)}`);
  return value;
}

/** The state with `value` at a path of one step, or replaced by it (`$`). */
export function write(state: Json, path: string, value: Json): Json {
  if (path === '$') return value;
  const key = /^\$\.(\w+)$/.exec(path)?.[1];
  if (!key) throw new Error(`a ResultPath that this interpreter does not know: ${path}`);
  return { ...(state as { [key: string]: Json }), [key]: value };
}

/** A payload template: keys that end in `.$` take their value from a path or an intrinsic function. */
export function fill(template: Json, scope: Scope): Json {
  if (typeof template !== 'object' || template === null) return template;
  if (Array.isArray(template)) return template.map((each) => fill(each, scope));
  return Object.fromEntries(
    Object.entries(template).map(([key, value]) =>
      key.endsWith('.$') ? [key.slice(0, -2), evaluate(String(value), scope)] : [key, fill(value, scope)],
    ),
  );
}

function evaluate(expression: string, scope: Scope): Json {
  if (expression.startsWith('$')) return read(expression, scope);
  const sum = /^States\.MathAdd\((\$[\w.]*), (-?\d+)\)$/.exec(expression);
  if (!sum) throw new Error(`an intrinsic function that this interpreter does not know: ${expression}`);
  return Number(read(sum[1]!, scope)) + Number(sum[2]);
}
