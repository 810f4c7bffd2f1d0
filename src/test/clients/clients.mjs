// The vendors' own SDKs for Node against a running gateway: plain, stream, tool round trip and typed error of each.
// Usage: APERTIS_URL=http://localhost:8080 APERTIS_KEY=sk-… node clients.mjs
// Prints one line a case, "ok <name>" or "not ok <name>: <why>", then "end"; exits with 1 when one failed.
import assert from "node:assert/strict";
import Anthropic, {NotFoundError as AnthropicNotFound} from "@anthropic-ai/sdk";
import {createAnthropic} from "@ai-sdk/anthropic";
import {createGoogleGenerativeAI} from "@ai-sdk/google";
import {createOpenAI} from "@ai-sdk/openai";
import {ApiError, GoogleGenAI} from "@google/genai";
import {APICallError, generateText, jsonSchema, stepCountIs, streamText, tool} from "ai";
import OpenAI, {NotFoundError as OpenAiNotFound} from "openai";

globalThis.AI_SDK_LOG_WARNINGS = false;
const url = process.env.APERTIS_URL;
const apiKey = process.env.APERTIS_KEY;

const HELLO = "Hello from Node";
const RAIN = "Rain in Oslo";
const ANSWER = `The tool answered: ${RAIN}`;
const ARGUMENTS = {city: "example"};
const DESCRIPTION = "The weather of a city";
const SCHEMA = {type: "object", properties: {city: {type: "string"}}, required: ["city"], additionalProperties: false};

const openai = new OpenAI({baseURL: `${url}/v1`, apiKey, maxRetries: 0});
const anthropic = new Anthropic({baseURL: url, apiKey, maxRetries: 0});
const google = new GoogleGenAI({apiKey, httpOptions: {baseUrl: url}});

async function joined(parts, text) {
  let all = "";
  for await (const part of parts) {
    all += text(part) ?? "";
  }
  return all;
}

const chatTool = {type: "function", function: {name: "weather", description: DESCRIPTION, parameters: SCHEMA}};
const chat = {
  async plain() {
    const answer = await openai.chat.completions.create({
      model: "sim/echo",
      messages: [{role: "user", content: HELLO}],
    });
    assert.equal(answer.choices[0].message.content, HELLO);
    assert.equal(answer.usage.completion_tokens, 3);
  },
  async stream() {
    const stream = await openai.chat.completions.create({
      model: "sim/echo",
      stream: true,
      messages: [{role: "user", content: HELLO}],
    });
    assert.equal(await joined(stream, (chunk) => chunk.choices[0]?.delta.content), HELLO);
  },
  async tools() {
    const messages = [{role: "user", content: "Weather?"}];
    const ask = () => openai.chat.completions.create({model: "sim/tools", messages, tools: [chatTool]});
    const {message} = (await ask()).choices[0];
    assert.deepEqual(JSON.parse(message.tool_calls[0].function.arguments), ARGUMENTS);
    messages.push(message, {role: "tool", tool_call_id: message.tool_calls[0].id, content: RAIN});
    assert.equal((await ask()).choices[0].message.content, ANSWER);
  },
  async error() {
    const asked = openai.chat.completions.create({model: "nope", messages: [{role: "user", content: HELLO}]});
    await assert.rejects(asked, (e) => e instanceof OpenAiNotFound && e.code === "model_not_found");
  },
};

const responses = {
  async plain() {
    const answer = await openai.responses.create({model: "sim/echo", input: HELLO});
    assert.equal(answer.output_text, HELLO);
    assert.equal(answer.status, "completed");
  },
  async stream() {
    const stream = openai.responses.stream({model: "sim/echo", input: HELLO});
    assert.equal(await joined(stream, (e) => (e.type === "response.output_text.delta" ? e.delta : "")), HELLO);
    assert.equal((await stream.finalResponse()).output_text, HELLO);
  },
  async tools() {
    const tools = [{type: "function", name: "weather", description: DESCRIPTION, parameters: SCHEMA, strict: false}];
    const first = await openai.responses.create({model: "sim/tools", input: "Weather?", tools});
    const call = first.output.find((item) => item.type === "function_call");
    assert.deepEqual(JSON.parse(call.arguments), ARGUMENTS);
    const second = await openai.responses.create({
      model: "sim/tools",
      tools,
      previous_response_id: first.id,
      input: [{type: "function_call_output", call_id: call.call_id, output: RAIN}],
    });
    assert.equal(second.output_text, ANSWER);
  },
  async error() {
    const asked = openai.responses.create({model: "nope", input: HELLO});
    await assert.rejects(asked, (e) => e instanceof OpenAiNotFound && e.code === "model_not_found");
  },
};

const messages = {
  async plain() {
    const answer = await anthropic.messages.create({
      model: "sim/echo",
      max_tokens: 100,
      messages: [{role: "user", content: HELLO}],
    });
    assert.equal(answer.content[0].text, HELLO);
    assert.equal(answer.stop_reason, "end_turn");
  },
  async stream() {
    const stream = anthropic.messages.stream({
      model: "sim/echo",
      max_tokens: 100,
      messages: [{role: "user", content: HELLO}],
    });
    assert.equal(await stream.finalText(), HELLO);
    assert.equal((await stream.finalMessage()).usage.output_tokens, 3);
  },
  async tools() {
    const said = [{role: "user", content: "Weather?"}];
    const tools = [{name: "weather", description: DESCRIPTION, input_schema: SCHEMA}];
    const ask = () => anthropic.messages.create({model: "sim/tools", max_tokens: 100, messages: said, tools});
    const {content, stop_reason: stopReason} = await ask();
    assert.equal(stopReason, "tool_use");
    const call = content.find((block) => block.type === "tool_use");
    assert.deepEqual(call.input, ARGUMENTS);
    said.push({role: "assistant", content});
    said.push({role: "user", content: [{type: "tool_result", tool_use_id: call.id, content: RAIN}]});
    assert.equal((await ask()).content[0].text, ANSWER);
  },
  async error() {
    const asked = anthropic.messages.create({
      model: "nope",
      max_tokens: 100,
      messages: [{role: "user", content: HELLO}],
    });
    await assert.rejects(asked, (e) => e instanceof AnthropicNotFound && e.error.error.type === "not_found_error");
  },
};

const gemini = {
  async plain() {
    const answer = await google.models.generateContent({model: "sim/echo", contents: HELLO});
    assert.equal(answer.text, HELLO);
    assert.equal(answer.usageMetadata.candidatesTokenCount, 3);
  },
  async stream() {
    const stream = await google.models.generateContentStream({model: "sim/echo", contents: HELLO});
    assert.equal(await joined(stream, (chunk) => chunk.text), HELLO);
  },
  async tools() {
    const contents = [{role: "user", parts: [{text: "Weather?"}]}];
    const declared = {name: "weather", description: DESCRIPTION, parametersJsonSchema: SCHEMA};
    const config = {tools: [{functionDeclarations: [declared]}]};
    const first = await google.models.generateContent({model: "sim/tools", contents, config});
    const [call] = first.functionCalls;
    assert.deepEqual(call.args, ARGUMENTS);
    const result = {id: call.id, name: call.name, response: {output: RAIN}};
    contents.push(first.candidates[0].content, {role: "user", parts: [{functionResponse: result}]});
    const second = await google.models.generateContent({model: "sim/tools", contents, config});
    assert.equal(second.text, ANSWER);
  },
  async error() {
    const asked = google.models.generateContent({model: "nope", contents: HELLO});
    await assert.rejects(asked, (e) => e instanceof ApiError && e.status === 404);
  },
};

/** The four cases through Vercel's AI SDK. */
function vercel(model) {
  return {
    async plain() {
      const answer = await generateText({model: model("sim/echo"), prompt: HELLO});
      assert.equal(answer.text, HELLO);
      assert.equal(answer.usage.outputTokens, 3);
    },
    async stream() {
      const {textStream} = streamText({model: model("sim/echo"), prompt: HELLO});
      assert.equal(await joined(textStream, (text) => text), HELLO);
    },
    async tools() {
      const asked = [];
      const weather = tool({
        description: DESCRIPTION,
        inputSchema: jsonSchema(SCHEMA),
        execute: (input) => {
          asked.push(input);
          return RAIN;
        },
      });
      const answer = await generateText({
        model: model("sim/tools"),
        prompt: "Weather?",
        tools: {weather},
        stopWhen: stepCountIs(3),
      });
      assert.deepEqual(asked, [ARGUMENTS]);
      assert.match(answer.text, new RegExp(`^The tool answered: .*${RAIN}`));
    },
    async error() {
      const asked = generateText({model: model("nope"), prompt: HELLO, maxRetries: 0});
      await assert.rejects(asked, (e) => APICallError.isInstance(e) && e.statusCode === 404);
    },
  };
}

const vercelOpenAi = createOpenAI({baseURL: `${url}/v1`, apiKey});
const clients = {
  "openai chat": chat,
  "openai responses": responses,
  "@anthropic-ai/sdk": messages,
  "@google/genai": gemini,
  "ai, openai chat": vercel(vercelOpenAi.chat),
  "ai, openai responses": vercel(vercelOpenAi.responses),
  "ai, anthropic": vercel(createAnthropic({baseURL: `${url}/v1`, apiKey})),
  "ai, google": vercel(createGoogleGenerativeAI({baseURL: `${url}/v1beta`, apiKey})),
};

for (const [client, cases] of Object.entries(clients)) {
  for (const [name, run] of Object.entries(cases)) {
    try {
      await run();
      console.log(`ok ${client}: ${name}`);
    } catch (failure) {
      process.exitCode = 1;
      console.log(`not ok ${client}: ${name}: ${String(failure.stack).replaceAll("\n", " | ")}`);
    }
  }
}
console.log("end");
