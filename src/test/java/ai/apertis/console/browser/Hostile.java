package ai.apertis.console.browser;

import java.util.List;

/** Texts that would tell of themselves if a page took them for more than text. */
final class Hostile {
    static final List<String> TEXTS = List.of(
            "<script>window.canary=1;alert(1)</script>",
            "\"><img src=\"http://canary.invalid/i.png\" onerror=\"window.canary=1\">",
            "'-alert(1)-'\"><svg onload=alert(1)>",
            "javascript:alert(1)",
            "</title><link rel=stylesheet href=//canary.invalid/s.css>",
            // Right to left, and a word wider than a phone.
            "\u202Egpj.exe \u05E9\u05DC\u05D5\u05DD\u202C",
            "W".repeat(64));

    private Hostile() {}
}
