package ai.apertis.telemetry;

import ch.qos.logback.classic.PatternLayout;
import ch.qos.logback.classic.spi.ILoggingEvent;

/** The layout of every line that leaves the process, named in {@code logback.xml}: a pattern, then the redaction. */
public final class RedactingLayout extends PatternLayout {
    /** Made by logback. */
    public RedactingLayout() {}

    @Override
    public String doLayout(ILoggingEvent event) {
        return Redaction.redact(super.doLayout(event));
    }
}
