// The calls of /openapi.json, each with what it takes, answers and refuses, and a form that tries it on this server.
'use strict';

const element = (name, attributes = {}, ...children) => {
  const made = Object.assign(document.createElement(name), attributes);
  made.append(...children);
  return made;
};
const pretty = value => JSON.stringify(value, null, 2);
const table = (heads, rows) => element('table', {}, element('tr', {}, ...heads.map(head => element('th', {}, head))),
  ...rows.map(row => element('tr', {}, ...row.map(cell => element('td', {}, cell)))));

// A schema in a line: what people write, not what machines check.
function spelled(schema, schemas, depth = 0) {
  if (!schema) return '';
  if (schema.$ref) return depth > 3 ? '...' : spelled(schemas[schema.$ref.split('/').pop()], schemas, depth);
  const any = schema.oneOf || schema.anyOf || schema.allOf;
  if (any) return any.map(one => spelled(one, schemas, depth)).filter(Boolean).join(schema.allOf ? ' & ' : ' | ');
  if (schema.enum) return schema.enum.map(value => JSON.stringify(value)).join(' | ');
  if (schema.items) return `[${spelled(schema.items, schemas, depth + 1)}]`;
  if (schema.properties) {
    const needed = schema.required || [];
    const pad = '  '.repeat(depth + 1);
    const lines = Object.entries(schema.properties)
      .map(([name, of]) => `${pad}${name}${needed.includes(name) ? '' : '?'}: ${spelled(of, schemas, depth + 1)}`);
    return `{\n${lines.join(',\n')}\n${'  '.repeat(depth)}}`;
  }
  const type = [].concat(schema.type || 'any').join(' | ');
  const bounds = [schema.format, schema.pattern, schema.minimum !== undefined && `from ${schema.minimum}`,
    schema.maximum !== undefined && `to ${schema.maximum}`, schema.maxLength && `at most ${schema.maxLength} characters`];
  return [type, ...bounds.filter(Boolean)].join(', ');
}

const content = part => Object.values((part || {}).content || {})[0];

function bodyOf(operation, schemas) {
  const body = content(operation.requestBody);
  if (!body) return [];
  const example = body.example ? [element('pre', { textContent: pretty(body.example) })] : [];
  return [element('h4', {}, 'Body'), element('pre', { textContent: spelled(body.schema, schemas) }), ...example];
}

function answersOf(operation, schemas) {
  const rows = Object.entries(operation.responses).map(([status, answer]) => {
    const body = content(answer);
    const shape = status < '300' && body ? [element('pre', { textContent: spelled(body.schema, schemas) })] : [];
    if (status < '300' && body && body.example) shape.push(element('pre', { textContent: pretty(body.example) }));
    const headers = Object.keys(answer.headers || {}).join(', ');
    return [status, element('div', {}, answer.description, ...shape, element('br'), element('small', {}, headers))];
  });
  return [element('h4', {}, 'Answers'), table(['status', 'what it says, and its headers'], rows)];
}

function formOf(path, method, operation) {
  const fields = (operation.parameters || []).map(parameter => {
    const input = element('input', { name: parameter.name, placeholder: parameter.required ? 'required' : '' });
    return { parameter, input, label: element('label', {}, `${parameter.name} `, input) };
  });
  const body = content(operation.requestBody);
  const text = body ? element('textarea', { value: body.example ? pretty(body.example) : '{}' }) : null;
  const shown = element('pre', { hidden: true });
  const form = element('form', {}, ...fields.map(field => field.label), ...(text ? [text] : []),
    element('button', {}, 'Try it'), shown);
  form.onsubmit = async event => {
    event.preventDefault();
    const filled = fields.filter(field => field.input.value !== '');
    const of = place => filled.filter(field => field.parameter.in === place);
    const headers = {};
    let address = path;
    of('path').forEach(({ parameter, input }) => { address = address.replace(`{${parameter.name}}`, encodeURIComponent(input.value)); });
    of('header').forEach(({ parameter, input }) => { headers[parameter.name] = input.value; });
    const query = new URLSearchParams(of('query').map(({ parameter, input }) => [parameter.name, input.value]));
    const key = document.getElementById('key').value;
    if (key) headers.Authorization = `Bearer ${key}`;
    if (text) headers['Content-Type'] = 'application/json';
    shown.hidden = false;
    shown.textContent = '...';
    try {
      const target = [...query].length ? `${address}?${query}` : address;
      const answer = await fetch(target, { method: method.toUpperCase(), headers, body: text ? text.value : undefined });
      const read = await answer.text();
      const lines = [...answer.headers].map(([name, value]) => `${name}: ${value}`);
      let body = read;
      try { body = pretty(JSON.parse(read)); } catch { /* It is text, and shown as it is. */ }
      shown.textContent = [`${answer.status}`, ...lines, '', body].join('\n');
    } catch (error) {
      shown.textContent = `no answer: ${error.message}`;
    }
  };
  return [element('h4', {}, 'Try it'), form];
}

function call(path, method, operation, schemas) {
  const roles = operation['x-roles'] ? operation['x-roles'].join(', ') : 'anyone';
  const rows = (operation.parameters || []).map(parameter => [parameter.name, parameter.in,
    parameter.required ? 'required' : '', element('span', {}, spelled(parameter.schema, schemas), element('br'),
      element('small', {}, parameter.description || ''))]);
  const details = element('details', { id: operation.operationId },
    element('summary', {}, element('b', {}, method.toUpperCase()), element('code', {}, path), ` ${operation.summary}`),
    element('p', {}, 'For: ', roles));
  // Written when it is looked at: there are many, and few are.
  details.ontoggle = () => {
    if (details.childElementCount > 2) return;
    if (rows.length) details.append(element('h4', {}, 'Parameters'), table(['name', 'in', '', 'what'], rows));
    details.append(...bodyOf(operation, schemas), ...answersOf(operation, schemas), ...formOf(path, method, operation));
  };
  return details;
}

fetch('/openapi.json').then(answer => answer.json()).then(api => {
  const place = document.getElementById('calls');
  place.append(element('label', {}, 'Key or token, for trying calls: ',
    element('input', { id: 'key', type: 'password', autocomplete: 'off' })));
  for (const [path, methods] of Object.entries(api.paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      place.append(call(path, method, operation, api.components.schemas));
    }
  }
});
