package ai.apertis.dialect;

import ai.apertis.dialect.anthropic.AnthropicDialect;
import ai.apertis.dialect.gemini.GeminiDialect;
import ai.apertis.dialect.openai.OpenAiDialect;
import ai.apertis.dialect.responses.ResponsesDialect;
import java.util.List;

/** Every dialect there is. */
final class Spoken {
    static final Dialects DIALECTS = new Dialects(List.of(
            OpenAiDialect.dialect(), AnthropicDialect.dialect(), GeminiDialect.dialect(), ResponsesDialect.dialect()));

    private Spoken() {}
}
