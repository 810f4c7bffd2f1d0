package ai.apertis.dialect;

/**
 * How large a request's prompt is, before anyone has counted its tokens.
 *
 * @param textBytes bytes of the body that may be text, syntax included
 * @param attachments images, documents and audio, by number
 * @param attachmentBytes bytes of those that came inside the body, as sent (base64)
 */
public record InputSize(long textBytes, int attachments, long attachmentBytes) {
    private static final long OVERHEAD_TOKENS = 32;
    private static final long TOKENS_PER_ATTACHMENT = 3_000;
    private static final long ATTACHMENT_BYTES_PER_TOKEN = 16;

    /** Tokens per KiB of text where nothing better is known: every two bytes a token. */
    public static final long TOKENS_PER_KIB = 512;

    /**
     * A number of tokens that the prompt does not exceed in practice: every two bytes of text a token (plain English has
     * four, dense code and CJK two and a half), a fixed allowance for each attachment and one by its size.
     *
     * @return tokens
     */
    public long tokensFromAbove() {
        return tokensFromAbove(TOKENS_PER_KIB);
    }

    /**
     * The same where it is known how dense a model's prompts are at most.
     *
     * @param tokensPerKib tokens per 1,024 bytes of text
     * @return tokens
     */
    public long tokensFromAbove(long tokensPerKib) {
        return OVERHEAD_TOKENS
                + Math.ceilDiv(textBytes * tokensPerKib, 1_024)
                + attachments * TOKENS_PER_ATTACHMENT
                + attachmentBytes / ATTACHMENT_BYTES_PER_TOKEN;
    }
}
