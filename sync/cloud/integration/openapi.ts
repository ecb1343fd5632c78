import { z } from 'zod';
import { API_SCOPES } from './api-scopes.ts';
import { OPERATIONS, type Operation } from './operations.ts';
import { problemDetails } from './schemas.ts';

export const API_BASE = '/api/v1';

/** The OpenAPI 3.1 description, made of the table and the schemas that requests are parsed by. */
export function openApi(): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const [id, operation] of Object.entries<Operation>(OPERATIONS)) {
    (paths[operation.path] ??= {})[operation.method.toLowerCase()] = described(id, operation);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Countersign integration API',
      version: '1',
      description: `Scopes of API keys: ${API_SCOPES.join(', ')}. Refusals are problem details (RFC 9457).`,
    },
    servers: [{ url: API_BASE }],
    security: [{ apiKey: [] }],
    paths,
    components: {
      securitySchemes: { apiKey: { type: 'http', scheme: 'bearer' } },
      schemas: { Problem: schema(problemDetails, 'output') },
    },
  };
}

function described(id: string, operation: Operation): object {
  const { path, query, scope, form, json, answer, status, summary } = operation;
  const parameters = [
    ...[...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
      ...{ name, in: 'path', required: true },
      schema: name === 'number' ? { type: 'integer', minimum: 1 } : { type: 'string' },
    })),
    ...Object.entries<z.core.$ZodType>(query?.shape ?? {}).map(([name, one]) => ({
      name,
      in: 'query',
      schema: schema(one, 'input'),
    })),
    ...(form === undefined
      ? []
      : [{ name: 'Idempotency-Key', in: 'header', schema: { type: 'string', minLength: 1, maxLength: 200 } }]),
  ];
  const body = form === undefined ? json : form;
  const type = form === undefined ? 'application/json' : 'multipart/form-data';
  const content =
    typeof answer !== 'string'
      ? { 'application/json': { schema: schema(answer, 'output') } }
      : { [answer]: { schema: answer === 'application/json' ? {} : { type: 'string', format: 'binary' } } };
  return {
    operationId: id,
    summary,
    description: `Needs the scope ${scope}.`,
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === undefined
      ? {}
      : { requestBody: { required: true, content: { [type]: { schema: schema(body, 'input') } } } }),
    responses: {
      [status]: { description: 'Done.', content },
      default: {
        description: 'Refused.',
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    },
  };
}

function schema(of: z.core.$ZodType, io: 'input' | 'output'): object {
  const { $schema: _, ...rest } = z.toJSONSchema(of, { io, target: 'draft-2020-12' });
  return rest;
}
