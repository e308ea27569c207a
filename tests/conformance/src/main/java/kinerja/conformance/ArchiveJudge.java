package kinerja.conformance;

import java.nio.file.Path;
import java.util.List;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;

/** veraPDF: is the last revision a valid PDF/A-2b (ISO 19005-2, level B)? */
final class ArchiveJudge {
  private static final PDFAFlavour FLAVOUR = PDFAFlavour.PDFA_2_B;

  ArchiveJudge() {
    VeraGreenfieldFoundryProvider.initialise();
  }

  /** What is wrong with the file; empty when nothing is. */
  List<String> judge(Path file) {
    try (PDFAParser parser = Foundries.defaultInstance().createParser(file.toFile());
        PDFAValidator validator = Foundries.defaultInstance().createValidator(FLAVOUR, false)) {
      if (!parser.getFlavours().contains(FLAVOUR)) {
        return List.of("veraPDF: it does not call itself PDF/A-2b but " + parser.getFlavours());
      }
      ValidationResult result = validator.validate(parser);
      return result.isCompliant() ? List.of() : faults(result);
    } catch (Exception error) {
      return List.of("veraPDF cannot read it: " + error);
    }
  }

  private static List<String> faults(ValidationResult result) {
    return result.getTestAssertions().stream()
        .filter(assertion -> assertion.getStatus() == TestAssertion.Status.FAILED)
        .map(ArchiveJudge::inWords)
        .distinct()
        .toList();
  }

  private static String inWords(TestAssertion assertion) {
    return "veraPDF, clause %s test %d: %s"
        .formatted(
            assertion.getRuleId().getClause(),
            assertion.getRuleId().getTestNumber(),
            assertion.getMessage().strip().replaceAll("\\s+", " "));
  }
}
