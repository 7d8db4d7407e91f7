import { z } from 'zod'
import { METRICS_CONTENT_TYPE } from '../system/metrics.ts'
import { EVENTS_PATH, METRICS_PATH, type Route, routes } from './routes.ts'
import { errorResponseSchema, eventSchema } from './schema.ts'

type Json = Record<string, unknown>
/** Schemas with a name, gathered while the paths are written. */
type Components = Record<string, unknown>

/** The OpenAPI 3.1 description of the control API, made from the same schemas the server checks with. */
export function openApiDocument(version: string): Json {
  const components: Components = {}
  const paths: Record<string, Json> = {}
  for (const [name, route] of Object.entries<Route>(routes)) {
    const path = route.path.replace(/:(\w+)/g, '{$1}')
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(name, route, components) }
  }
  const stream = answer('Each data line is one event', 'text/event-stream', jsonSchema(eventSchema, components))
  paths[EVENTS_PATH] = {
    get: {
      operationId: 'events',
      summary: 'Server-sent events: first the current state, then every change',
      security: [{ token: [] }],
      responses: { 200: stream, default: failure(components) },
    },
  }
  paths[METRICS_PATH] = {
    get: {
      operationId: 'metrics',
      summary: 'What Prometheus reads',
      security: [{ token: [] }],
      responses: { 200: answer('Metrics', METRICS_CONTENT_TYPE, { type: 'string' }), default: failure(components) },
    },
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Chiral control API', version },
    paths,
    components: { schemas: components, securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
  }
}

function operation(operationId: string, route: Route, components: Components): Json {
  const parameters = [
    ...parametersOf(route.params, 'path', components),
    ...parametersOf(route.query, 'query', components),
  ]
  const body = jsonSchema(route.body, components)
  const hasBody = '$ref' in body
  return {
    operationId,
    summary: route.summary,
    security: route.open ? [] : [{ token: [] }],
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(hasBody ? { requestBody: { required: true, content: { 'application/json': { schema: body } } } } : {}),
    responses: {
      200: answer('Done', 'application/json', jsonSchema(route.response, components)),
      default: failure(components),
    },
  }
}

function parametersOf(schema: z.ZodType, place: 'path' | 'query', components: Components): Json[] {
  const { properties } = jsonSchema(schema, components)
  if (typeof properties !== 'object' || properties === null) return []
  return Object.entries(properties).map(([name, property]) => ({ name, in: place, required: true, schema: property }))
}

function answer(description: string, type: string, schema: Json): Json {
  return { description, content: { [type]: { schema } } }
}

function failure(components: Components): Json {
  return answer('An error', 'application/json', jsonSchema(errorResponseSchema, components))
}

/** A schema as JSON; those with a name go to `components`, where OpenAPI looks for them. */
function jsonSchema(schema: z.ZodType, components: Components): Json {
  const document = JSON.stringify(z.toJSONSchema(schema, { io: 'input' }))
  const { $schema: _, $defs, ...rest } = JSON.parse(document.replaceAll('"#/$defs/', '"#/components/schemas/'))
  Object.assign(components, $defs)
  return rest
}
