import { z } from 'zod'
import { EVENTS_PATH, type Route, routes } from './routes.ts'
import { errorResponseSchema, eventSchema } from './schema.ts'

type Json = Record<string, unknown>

/** The OpenAPI 3.1 description of the control API, made from the same schemas the server checks with. */
export function openApiDocument(version: string): Json {
  const paths: Record<string, Json> = {}
  for (const [name, route] of Object.entries<Route>(routes)) {
    const path = route.path.replace(/:(\w+)/g, '{$1}')
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(name, route) }
  }
  paths[EVENTS_PATH] = {
    get: {
      operationId: 'events',
      summary: 'Server-sent events: first the current state, then every change',
      security: [{ token: [] }],
      responses: { 200: answer('Each data line is one event', 'text/event-stream', eventSchema), default: failure() },
    },
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Chiral control API', version },
    paths,
    components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
  }
}

function operation(operationId: string, route: Route): Json {
  const parameters = [...parametersOf(route.params, 'path'), ...parametersOf(route.query, 'query')]
  const hasBody = Object.keys(propertiesOf(route.body)).length > 0
  return {
    operationId,
    summary: route.summary,
    security: route.open ? [] : [{ token: [] }],
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(hasBody
      ? { requestBody: { required: true, content: { 'application/json': { schema: jsonSchema(route.body) } } } }
      : {}),
    responses: { 200: answer('Done', 'application/json', route.response), default: failure() },
  }
}

function parametersOf(schema: z.ZodType, place: 'path' | 'query'): Json[] {
  return Object.entries(propertiesOf(schema)).map(([name, property]) => ({
    name,
    in: place,
    required: true,
    schema: property,
  }))
}

function propertiesOf(schema: z.ZodType): Json {
  const { properties } = jsonSchema(schema)
  return typeof properties === 'object' && properties !== null ? Object.fromEntries(Object.entries(properties)) : {}
}

function answer(description: string, type: string, schema: z.ZodType): Json {
  return { description, content: { [type]: { schema: jsonSchema(schema) } } }
}

function failure(): Json {
  return answer('An error', 'application/json', errorResponseSchema)
}

/** Self-contained: shared parts are repeated instead of referred to, so each schema can be used alone. */
function jsonSchema(schema: z.ZodType): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: 'input', override: dropId, reused: 'inline' })
  return rest
}

function dropId(context: { jsonSchema: { id?: string } }): void {
  delete context.jsonSchema.id
}
