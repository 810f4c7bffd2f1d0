package ai.apertis.dialect.translation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Where one provider's text goes over into another's, nothing is lost and nothing is there twice. */
class JointTest {
    @Test
    void aProviderThatDoesNotRepeatIsLeftAlone() {
        assertThat(taken(new Joint("one two", false), "one two", " three")).isEqualTo("one two three");
    }

    @Test
    void whatIsRepeatedIsTakenAwayHoweverItIsCut() {
        String all = "one two three";
        for (int cut = 0; cut <= all.length(); cut++) {
            for (int other = cut; other <= all.length(); other++) {
                assertThat(taken(
                                new Joint("one two", true),
                                all.substring(0, cut),
                                all.substring(cut, other),
                                all.substring(other)))
                        .isEqualTo(" three");
            }
        }
    }

    @Test
    void whatOnlyBeginsLikeARepetitionStays() {
        assertThat(taken(new Joint("one two", true), "one", " to", " rule")).isEqualTo("one to rule");
        assertThat(taken(new Joint("one two", true), "on")).isEqualTo("on");
    }

    @Test
    void whiteSpaceThatWasNotSentIsNotWrittenTwice() {
        assertThat(taken(new Joint("one\n  ", false), "\n", "  two")).isEqualTo("two");
        assertThat(taken(new Joint("one\n  ", false), "\n two ")).isEqualTo("two ");
        assertThat(taken(new Joint("one ", false), "two")).isEqualTo("two");
        assertThat(taken(new Joint("one ", true), "one", " two")).isEqualTo("two");
        assertThat(taken(new Joint(" ", false), " two")).isEqualTo("two");
    }

    private static String taken(Joint joint, String... pieces) {
        StringBuilder text = new StringBuilder();
        for (String piece : pieces) {
            text.append(joint.take(piece));
        }
        return text.append(joint.rest()).toString();
    }
}
