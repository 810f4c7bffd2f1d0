package ai.apertis.dialect.openai;

import ai.apertis.dialect.ApiError;
import ai.apertis.dialect.Bridge;
import ai.apertis.dialect.Passage;
import ai.apertis.dialect.TextSample;
import ai.apertis.dialect.WholeAnswer;

/** An OpenAI client at an OpenAI provider: bytes pass. */
final class OpenAiBridge implements Bridge {
    private final byte[] body;
    private final UsageWish usage;
    private final int choices;

    OpenAiBridge(byte[] body, UsageWish usage, int choices) {
        this.body = body;
        this.usage = usage;
        this.choices = choices;
    }

    @Override
    public String path() {
        return "/chat/completions";
    }

    @Override
    public byte[] body() {
        return body;
    }

    @Override
    public WholeAnswer answer(byte[] answer) {
        return OpenAiAnswer.read(answer);
    }

    @Override
    public Passage passage() {
        return new OpenAiPassage(usage, false, choices, new TextSample());
    }

    @Override
    public Passage pricedPassage() {
        return new OpenAiPassage(usage, true, choices, new TextSample());
    }

    @Override
    public ApiError error(int status, byte[] answer) {
        return OpenAiErrors.read(status, answer, 0, answer.length);
    }
}
