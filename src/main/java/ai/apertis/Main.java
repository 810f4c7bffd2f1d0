package ai.apertis;

import ai.apertis.config.ConfigException;
import ai.apertis.ledger.StartupException;
import java.util.concurrent.Callable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/**
 * The command line: {@code run}, which is meant when nothing is said, {@code audit} and {@code rehearse}. What goes wrong is told in one
 * line each on standard error.
 */
@Command(
        name = "apertis",
        description = "One API in front of every AI provider, exactly billed.",
        mixinStandardHelpOptions = true,
        version = "Apertis " + Main.VERSION,
        subcommands = {RunCommand.class, AuditCommand.class, RehearseCommand.class})
public final class Main implements Callable<Integer> {
    static final String VERSION = "0.1.0";

    private Main() {}

    /**
     * Does what the words say. A gateway that was started goes on until SIGTERM or SIGINT; everything else ends the
     * process, with 0 when all was well, 1 when not, and 2 when the words were not understood.
     *
     * @param args the words
     */
    public static void main(String[] args) {
        int code = args.length == 0 ? run() : understood(args);
        if (code != RunCommand.GOES_ON) {
            // Halts: nothing is left to drain, and the threads of what did start would keep the process alive.
            System.out.flush();
            Runtime.getRuntime().halt(code);
        }
    }

    /** Past the parser of words, whose classes no AOT cache can hold since they are of an old format: 0.15 s of a start. */
    private static int run() {
        try {
            return new RunCommand().call();
        } catch (ConfigException | StartupException e) {
            System.err.println(e.getMessage());
        } catch (RuntimeException e) {
            LoggerFactory.getLogger(Main.class).error("cannot start", e);
        }
        return CommandLine.ExitCode.SOFTWARE;
    }

    private static int understood(String... words) {
        return new CommandLine(new Main())
                .setExecutionExceptionHandler((failure, command, parsed) -> told(failure))
                .setParameterExceptionHandler((mistake, not) -> {
                    System.err.println(mistake.getMessage() + " (apertis --help tells what there is)");
                    return CommandLine.ExitCode.USAGE;
                })
                .execute(words);
    }

    private static int told(Exception failure) throws Exception {
        if (failure instanceof ConfigException || failure instanceof StartupException) {
            System.err.println(failure.getMessage());
            return CommandLine.ExitCode.SOFTWARE;
        }
        throw failure;
    }

    @Override
    public Integer call() throws ConfigException {
        return new RunCommand().call();
    }
}
