package ai.apertis.dialect;

import ai.apertis.config.DialectName;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A piece of a message. */
public sealed interface Part {
    /**
     * What it carries beside its content.
     *
     * @return its marks
     */
    Marks marks();

    /**
     * Words.
     *
     * @param text the words
     * @param citations what they rest on
     */
    record Text(String text, List<Citation> citations, Marks marks) implements Part {
        /** Copies the citations. */
        public Text {
            citations = List.copyOf(citations);
        }

        /** Bare words. */
        public Text(String text) {
            this(text, List.of(), Marks.NONE);
        }
    }

    /**
     * The model declines.
     *
     * @param text how it says so
     */
    record Refusal(String text, Marks marks) implements Part {}

    /**
     * An image, a sound, a film or a document.
     *
     * @param kind which of them
     * @param source where its bytes are
     * @param name a file name or title, null when not told
     * @param detail OpenAI's {@code detail} of an image, null when not told
     */
    record Media(
            Kind kind,
            MediaSource source,
            @Nullable String name,
            @Nullable String detail,
            Marks marks) implements Part {
        /** What a piece of media is. */
        public enum Kind {
            /** A still image. */
            IMAGE,
            /** Sound. */
            AUDIO,
            /** A film. */
            VIDEO,
            /** A PDF or another document. */
            DOCUMENT
        }

        /**
         * The kind that a media type stands for.
         *
         * @param mediaType for instance {@code audio/wav}
         * @return its kind; whatever is neither image, sound nor film is a document
         */
        public static Kind kindOf(String mediaType) {
            if (mediaType.startsWith("image/")) {
                return Kind.IMAGE;
            }
            if (mediaType.startsWith("audio/")) {
                return Kind.AUDIO;
            }
            return mediaType.startsWith("video/") ? Kind.VIDEO : Kind.DOCUMENT;
        }
    }

    /**
     * The model asks for a tool to be run.
     *
     * @param id what the result will refer to
     * @param name the tool
     * @param arguments JSON text for functions, free text for custom tools; as the model wrote it
     * @param custom whether it is one of OpenAI's custom tools
     */
    record ToolCall(String id, String name, String arguments, boolean custom, Marks marks) implements Part {}

    /**
     * What a tool said.
     *
     * @param callId the call it answers
     * @param name the tool, null when not told
     * @param content text, images and documents
     * @param error whether the tool failed
     * @param custom whether it answers one of OpenAI's custom tools
     */
    record ToolResult(
            String callId, @Nullable String name, List<Part> content, boolean error, boolean custom, Marks marks)
            implements Part {
        /** Copies the content. */
        public ToolResult {
            content = List.copyOf(content);
        }
    }

    /**
     * The model's thinking.
     *
     * @param id the item's id in OpenAI Responses, null elsewhere
     * @param summary summaries of it, as OpenAI Responses gives them
     * @param text the thinking itself as far as it is shown
     * @param redacted whether only a sealed form exists (Anthropic's {@code redacted_thinking})
     * @param marks the seal is the signature or the encrypted content
     */
    record Reasoning(@Nullable String id, List<String> summary, String text, boolean redacted, Marks marks)
            implements Part {
        /** Copies the summaries. */
        public Reasoning {
            summary = List.copyOf(summary);
        }

        /**
         * All that can be shown.
         *
         * @return the text, else the summaries
         */
        public String shown() {
            return text.isEmpty() ? String.join("\n\n", summary) : text;
        }
    }

    /**
     * Something that only one dialect knows, such as a provider's own tool at work.
     *
     * @param dialect whose it is
     * @param path where the client wrote it
     * @param json as written
     */
    record Opaque(DialectName dialect, String path, ObjectNode json) implements Part {
        @Override
        public Marks marks() {
            return Marks.NONE;
        }
    }
}
