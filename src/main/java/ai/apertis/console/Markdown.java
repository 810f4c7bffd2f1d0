package ai.apertis.console;

import java.util.List;
import java.util.function.UnaryOperator;
import org.commonmark.Extension;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.ext.heading.anchor.HeadingAnchorExtension;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.Link;
import org.commonmark.node.Node;
import org.commonmark.node.Paragraph;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.html.HtmlRenderer;

/** Makes HTML of our own Markdown. HTML in it is shown as text and addresses with odd schemes are dropped, all the same. */
public final class Markdown {
    private static final List<Extension> EXTENSIONS =
            List.of(TablesExtension.create(), HeadingAnchorExtension.create());
    private static final Parser PARSER = Parser.builder().extensions(EXTENSIONS).build();
    private static final HtmlRenderer RENDERER = HtmlRenderer.builder()
            .extensions(EXTENSIONS)
            .escapeHtml(true)
            .sanitizeUrls(true)
            // What may be wider than a phone is scrolled, by keyboard too.
            .attributeProviderFactory(context -> (node, tag, attributes) -> {
                if (tag.equals("pre") || tag.equals("table")) {
                    attributes.put("tabindex", "0");
                }
            })
            .build();

    private Markdown() {}

    /**
     * A whole text.
     *
     * @param text Markdown with tables
     * @param links what becomes of the addresses in it; an empty one leaves the link's words without a link
     * @return HTML
     */
    public static String html(String text, UnaryOperator<String> links) {
        Node root = PARSER.parse(text);
        root.accept(new AbstractVisitor() {
            @Override
            public void visit(Link link) {
                visitChildren(link);
                String to = links.apply(link.getDestination());
                link.setDestination(to);
                if (to.isEmpty()) {
                    while (link.getFirstChild() != null) {
                        link.insertBefore(link.getFirstChild());
                    }
                    link.unlink();
                }
            }
        });
        return RENDERER.render(root);
    }

    /**
     * A single line.
     *
     * @param text Markdown
     * @return HTML without a paragraph around it
     */
    public static String line(String text) {
        Node root = PARSER.parse(text);
        StringBuilder html = new StringBuilder();
        if (root.getFirstChild() instanceof Paragraph paragraph && paragraph.getNext() == null) {
            for (Node node = paragraph.getFirstChild(); node != null; node = node.getNext()) {
                html.append(RENDERER.render(node));
            }
            return html.toString();
        }
        return RENDERER.render(root);
    }
}
