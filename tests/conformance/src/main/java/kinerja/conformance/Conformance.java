package kinerja.conformance;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Asks both judges about every file of a corpus, and fails where one says other than expected. */
public final class Conformance {

  private Conformance() {}

  /** The only argument is the folder of the corpus. */
  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[0]);
    Corpus corpus =
        new ObjectMapper().readValue(folder.resolve("expectations.json").toFile(), Corpus.class);
    if (corpus.files().isEmpty()) {
      throw new IllegalStateException("the corpus is empty");
    }
    SignatureJudge signatures = new SignatureJudge(folder, corpus);
    ArchiveJudge archive = new ArchiveJudge();
    List<String> faults = new ArrayList<>();
    int honest = 0;
    int tampered = 0;
    int archival = 0;
    for (Corpus.Paper paper : corpus.files()) {
      Path file = folder.resolve(paper.file());
      List<String> found = new ArrayList<>();
      if (paper.signatures() != null) {
        found.addAll(signatures.judge(file, paper));
        honest += paper.accepted() ? 1 : 0;
        tampered += paper.accepted() ? 0 : 1;
      }
      if (paper.archival()) {
        found.addAll(archive.judge(file));
        archival++;
      }
      found.forEach(fault -> faults.add(paper.file() + ": " + fault));
    }
    System.out.printf(
        "DSS: %d honest files, %d tampered ones; veraPDF: %d files; %d disagreements%n",
        honest, tampered, archival, faults.size());
    faults.forEach(fault -> System.out.println("  " + fault));
    if (!faults.isEmpty()) {
      throw new IllegalStateException(faults.size() + " disagreements with the outside judges");
    }
  }
}
