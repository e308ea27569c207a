"""Forms on paper that come back as pictures: found by their code, straightened, cut, proposed."""
