package ai.apertis.ingress;

import ai.apertis.changelog.Changelog;
import ai.apertis.changelog.ChangelogEntry;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** The changelog as a feed (RFC 4287). Links are relative, since a gateway does not know by what name it is reached. */
final class AtomFeed {
    static final String PATH = "/changelog/feed.atom";
    private static final int NEWEST = 20;
    private static final String ATOM = "http://www.w3.org/2005/Atom";
    private static final String ID = "tag:apertis.ai,2026:changelog";

    private final XMLStreamWriter xml;

    private AtomFeed(XMLStreamWriter xml) {
        this.xml = xml;
    }

    static byte[] of(Changelog changelog) {
        StringWriter out = new StringWriter();
        try {
            XMLStreamWriter xml = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(out);
            new AtomFeed(xml)
                    .write(changelog.entries(null).stream()
                            .sorted(Comparator.comparing(ChangelogEntry::date).reversed())
                            .limit(NEWEST)
                            .toList());
            xml.close();
        } catch (XMLStreamException e) {
            throw new IllegalStateException("the changelog's feed could not be written", e);
        }
        return out.toString().getBytes(StandardCharsets.UTF_8);
    }

    private void write(List<ChangelogEntry> entries) throws XMLStreamException {
        xml.writeStartDocument("utf-8", "1.0");
        xml.writeStartElement("feed");
        xml.writeDefaultNamespace(ATOM);
        text("title", "Apertis changelog");
        text("id", ID);
        link("self", PATH);
        text("updated", entries.isEmpty() ? "1970-01-01T00:00:00Z" : time(entries.getFirst()));
        xml.writeStartElement("author");
        text("name", "Apertis");
        xml.writeEndElement();
        for (ChangelogEntry entry : entries) {
            xml.writeStartElement("entry");
            text("title", entry.title() + ": " + entry.description());
            text("id", ID + "/" + entry.version());
            link("alternate", "/api/changelog/" + entry.version());
            text("updated", time(entry));
            xml.writeEmptyElement("category");
            xml.writeAttribute("term", entry.category().wireName());
            text("summary", entry.description());
            text("content", content(entry));
            xml.writeEndElement();
        }
        xml.writeEndDocument();
    }

    private static String content(ChangelogEntry entry) {
        StringBuilder text = new StringBuilder();
        entry.items().forEach(item -> text.append("- ").append(item).append('\n'));
        return text.append('\n').append(entry.body()).toString().strip();
    }

    private void text(String name, String value) throws XMLStreamException {
        xml.writeStartElement(name);
        xml.writeCharacters(value);
        xml.writeEndElement();
    }

    private void link(String relation, String target) throws XMLStreamException {
        xml.writeEmptyElement("link");
        xml.writeAttribute("rel", relation);
        xml.writeAttribute("href", target);
    }

    private static String time(ChangelogEntry entry) {
        return entry.date() + "T00:00:00Z";
    }
}
