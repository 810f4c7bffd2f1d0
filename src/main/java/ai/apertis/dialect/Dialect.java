package ai.apertis.dialect;

import ai.apertis.config.DialectName;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Everything that is known about one wire format. The decoders and encoders of requests, answers and errors have no state
 * and are shared; those of streams are made anew for each.
 *
 * @param name which format
 * @param requestDecoder reads what its clients ask
 * @param requestEncoder writes what its providers are asked
 * @param answerDecoder reads what its providers answer
 * @param answerEncoder writes what its clients get
 * @param streamDecoder makes a reader of one of its providers' streams
 * @param streamEncoder makes a writer of one stream for a client who asked the given request
 * @param errors its errors
 */
public record Dialect(
        DialectName name,
        RequestDecoder requestDecoder,
        RequestEncoder requestEncoder,
        AnswerDecoder answerDecoder,
        AnswerEncoder answerEncoder,
        Supplier<StreamDecoder> streamDecoder,
        Function<ChatRequest, StreamEncoder> streamEncoder,
        ErrorCodec errors) {}
