package ai.apertis;

import ai.apertis.config.ConfigException;
import ai.apertis.ledger.StartupException;
import java.util.concurrent.Callable;
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
        CommandLine line = new CommandLine(new Main())
                .setExecutionExceptionHandler((failure, command, parsed) -> told(failure))
                .setParameterExceptionHandler((mistake, words) -> {
                    System.err.println(mistake.getMessage() + " (apertis --help tells what there is)");
                    return CommandLine.ExitCode.USAGE;
                });
        int code = line.execute(args);
        if (code != RunCommand.GOES_ON) {
            // Halts: nothing is left to drain, and the threads of what did start would keep the process alive.
            System.out.flush();
            Runtime.getRuntime().halt(code);
        }
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
