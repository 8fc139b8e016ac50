import type { Part } from './row.ts';

export const registration: Part = async () => [];
