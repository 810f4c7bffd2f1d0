package ai.apertis.sim;

/** One token of an answer, which is also one chunk of a stream. */
sealed interface Piece {
    /** A token of text. */
    record Text(String text) implements Piece {}

    /** The beginning of a tool call: its name. */
    record CallStart(int index, String id, String name) implements Piece {}

    /** A token of a tool call's arguments, which are JSON. */
    record CallArguments(int index, String json) implements Piece {}
}
