/**
 * What is asked of models that do not converse: embeddings, reranking, moderation, images, speech, transcription. Bytes
 * pass, as in conversations; embeddings are also translated between OpenAI's and Gemini's form.
 */
@NullMarked
package ai.apertis.dialect.tasks;

import org.jspecify.annotations.NullMarked;
