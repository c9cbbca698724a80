/** What the scripted model can say: text, exact token boundaries as byte strings, or an endless loop. */
export type Script = string | readonly Buffer[] | { readonly loop: readonly Buffer[] };

const call = (name: string, args: string): string =>
  `<tool_call>\n{"name": "${name}", "arguments": ${args}}\n</tool_call>`;

const bytes = (...values: number[]): Buffer => Buffer.from(values);
const text = (value: string): Buffer => Buffer.from(value, "utf8");

/** A prompt that holds `<|say:NAME|>` is answered with script NAME; without a marker, with the first. */
export const SCRIPTS: Readonly<Record<string, Script>> = {
  hello: "Hello! I am a tiny scripted model. Grüße, 世界 👋🏽. Bye now.",
  tool: call("get_weather", '{"city": "Paris", "unit": "celsius"}'),
  tools2: `${call("get_weather", '{"city": "Oslo"}')}\n${call("get_time", '{"zone": "UTC"}')}`,
  noargs: call("ping", "{}"),
  mixed: `I will look that up. ${call("get_weather", '{"city": "Rome"}')}`,
  badtool: '<tool_call>\n{"name": "get_weather", "arguments": {"city": ',
  think: "<think>\nTwo and two make four, surely.\n</think>\n\nThe answer is 4.",
  openthink: "<think>\nStill pondering when the budget ends",
  json: '{"name": "Ada", "age": 36}',
  count: Array.from({ length: 120 }, (_, i) => ` n${i + 1},`).join(""),
  split: [text("cut:"), bytes(0xf0, 0x9f), bytes(0x98, 0x80), bytes(0x20, 0xe4), bytes(0xbd, 0xa0), text(" done")],
  badutf8: [text("bad:"), bytes(0xff, 0xfe), text(" after")],
  sse: [text("data: [DONE]\n\n"), text("event: x\r\ndata: {}\r\n\r\n"), text("line\u2028sep\u2029nul")],
  loop: { loop: Array.from({ length: 16 }, (_, i) => text(` la${i}`)) },
};

const TURN = "<|im_start|>";
const END = "<|im_end|>\\n";

/** The ChatML turn format, with calls between `<tool_call>` tags. */
export const CHAT_TEMPLATE: string = [
  "{%- set sys = messages[0].content if messages and messages[0].role == 'system' else '' -%}",
  `{%- if tools or sys -%}{{ '${TURN}system\\n' + sys }}`,
  "{%- if tools -%}{{ '\\nYou have tools:\\n<tools>' }}",
  "{%- for t in tools -%}{{ '\\n' + (t | tojson) }}{%- endfor -%}",
  "{{ '\\n</tools>\\nTo use one, write <tool_call>, an object with name and arguments, </tool_call>.' }}{%- endif -%}",
  `{{ '${END}' }}{%- endif -%}`,
  "{%- for m in messages -%}",
  "{%- set text = m.content if m.content is string else '' -%}",
  `{%- if m.role == 'assistant' -%}{{ '${TURN}assistant\\n' }}`,
  "{%- if m.reasoning_content -%}{{ '<think>\\n' + m.reasoning_content + '\\n</think>\\n\\n' }}{%- endif -%}",
  "{{ text }}",
  "{%- for c in m.tool_calls or [] -%}",
  "{{ '' if loop.first and not text else '\\n' }}",
  "{%- set f = c.function or c -%}",
  `{{ '<tool_call>\\n{"name": "' + f.name + '", "arguments": ' }}`,
  "{{ f.arguments if f.arguments is string else (f.arguments | tojson) }}{{ '}\\n</tool_call>' }}",
  `{%- endfor -%}{{ '${END}' }}`,
  `{%- elif m.role == 'tool' -%}{{ '${TURN}user\\n<tool_response>\\n' + text + '\\n</tool_response>${END}' }}`,
  `{%- elif m.role == 'user' or not loop.first -%}{{ '${TURN}' + m.role + '\\n' + text + '${END}' }}`,
  "{%- endif -%}{%- endfor -%}",
  `{%- if add_generation_prompt -%}{{ '${TURN}assistant\\n' }}`,
  "{%- if enable_thinking is defined and enable_thinking is false -%}{{ '<think>\\n\\n</think>\\n\\n' }}{%- endif -%}{%- endif -%}",
].join("");
