package ai.apertis.console.open;

import ai.apertis.changelog.ChangelogEntry;
import java.util.List;

/**
 * What the first page shows.
 *
 * @param models how many models can be asked
 * @param freeModels how many of them cost nothing
 * @param providers how many providers this instance has keys for
 * @param requests how many requests were answered in 24 hours, for people
 * @param tokens how many tokens that were, for people
 * @param snippets how a client is pointed here
 * @param news the newest changes
 */
public record Home(
        int models,
        int freeModels,
        int providers,
        String requests,
        String tokens,
        List<Snippet> snippets,
        List<ChangelogEntry> news) {
    /** Copies the lists. */
    public Home {
        snippets = List.copyOf(snippets);
        news = List.copyOf(news);
    }

    /**
     * Code to copy.
     *
     * @param id in the page
     * @param name of the client
     * @param code its few lines
     * @param first whether it is the one shown first
     */
    public record Snippet(String id, String name, String code, boolean first) {}

    /** The clients' lines for an instance at an address. */
    static List<Snippet> snippets(String origin, String model) {
        return List.of(
                new Snippet("openai", "OpenAI", """
                        from openai import OpenAI

                        client = OpenAI(base_url="%s/v1", api_key="sk-…")
                        answer = client.chat.completions.create(
                            model="%s",
                            messages=[{"role": "user", "content": "Hello"}],
                        )
                        print(answer.choices[0].message.content)
                        """.formatted(origin, model), true),
                new Snippet("anthropic", "Anthropic", """
                        import anthropic

                        client = anthropic.Anthropic(base_url="%s", api_key="sk-…")
                        answer = client.messages.create(
                            model="%s", max_tokens=1024,
                            messages=[{"role": "user", "content": "Hello"}],
                        )
                        print(answer.content[0].text)
                        """.formatted(origin, model), false),
                new Snippet("curl", "curl", """
                        curl -N %s/v1/chat/completions \\
                          -H "Authorization: Bearer $APERTIS_KEY" \\
                          -H "Content-Type: application/json" \\
                          -d '{"model": "%s", "stream": true,
                               "messages": [{"role": "user", "content": "Hello"}]}'
                        """.formatted(origin, model), false));
    }
}
