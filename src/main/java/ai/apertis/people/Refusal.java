package ai.apertis.people;

import java.io.Serial;

/** Why something was not done. Answers, not bugs: they have no stack trace. The messages are for people. */
public abstract sealed class Refusal extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    private Refusal(String message) {
        super(message, null, false, false);
    }

    /** A field of a form is not as it must be. */
    public static final class Invalid extends Refusal {
        @Serial
        private static final long serialVersionUID = 1L;

        private final String field;

        Invalid(String field, String message) {
            super(message);
            this.field = field;
        }

        /**
         * Which field.
         *
         * @return its name: {@code email}, {@code name}, {@code password}, {@code actions}, {@code roles}, {@code members},
         *     {@code project}, {@code current}
         */
        public String field() {
            return field;
        }
    }

    /**
     * Somebody has it already. Of {@code email} the one who asks must not learn it; of {@code name} they may.
     */
    public static final class Taken extends Refusal {
        @Serial
        private static final long serialVersionUID = 1L;

        private final String field;

        Taken(String field) {
            super("There is one of this name already.");
            this.field = field;
        }

        /**
         * Which field.
         *
         * @return {@code email} or {@code name}
         */
        public String field() {
            return field;
        }
    }

    /** Whoever asked may not do this. */
    public static final class Forbidden extends Refusal {
        @Serial
        private static final long serialVersionUID = 1L;

        private final Action action;

        Forbidden(Action action) {
            super("Your roles in this organization do not permit this.");
            this.action = action;
        }

        /**
         * What they may not do.
         *
         * @return the action
         */
        public Action action() {
            return action;
        }
    }

    /** What it is about is not there, or not in this organization. */
    public static final class Absent extends Refusal {
        @Serial
        private static final long serialVersionUID = 1L;

        Absent(String what) {
            super("There is no such " + what + ".");
        }
    }

    /** It would break a rule, for instance leave an organization without an owner. */
    public static final class Impossible extends Refusal {
        @Serial
        private static final long serialVersionUID = 1L;

        Impossible(String message) {
            super(message);
        }
    }

    /** Too much of it is being asked for; later it may work. */
    public static final class Busy extends Refusal {
        @Serial
        private static final long serialVersionUID = 1L;

        Busy() {
            super("Too many people are signing in at this moment; try again in a few seconds.");
        }
    }
}
